"""Games that users bring as files: which format a file has, what its reader gives, and the answer for each kind."""
