"""The picture of the first screen: where its marks and texts stand, and the SVG that draws them."""
