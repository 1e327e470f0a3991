"""Questions as functions of the package: signatures, help and errors in the words of Python; scenarios as mappings."""

import ast
import datetime
import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import detente
from detente.ask.registry import QUESTIONS, find
from detente.faces.python import functions
from detente.faces.python.words import in_python

DAY = "2025-10-26"
CARS = {"by": "USA", "against": "EU", "products": "C29", "rate": "10 pp"}


def income(answer, code, number=0):
    return answer.data["scenarios"][number]["economies"][code]["real_income"]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_every_question_is_a_function_whose_help_names_each_argument_and_no_option(question):
    function = getattr(detente, question.public_name)
    text = inspect.getdoc(function)
    parameters = inspect.signature(function).parameters
    assert function.__module__ == "detente"
    assert function.__name__ == question.public_name
    for name, parameter in parameters.items():
        assert f"\n    {name}" in text
        assert parameter.kind is not inspect.Parameter.VAR_KEYWORD
    own = {option.flag for option in question.options}
    assert not own & set(text.replace(",", " ").replace(".", " ").replace("`", " ").split())
    assert "See the reference" not in text


def test_every_option_of_a_question_is_an_argument_but_the_moves_that_python_takes_as_a_mapping():
    for question in QUESTIONS:
        parameters = inspect.signature(getattr(detente, question.public_name)).parameters
        missing = [o.name for o in question.options if (o.argument or o.name) not in parameters]
        assert missing == (["moves"] if question.name == "what-if" else []), question.name


def test_importing_the_package_is_fast_and_loads_no_question():
    code = "import time; t = time.perf_counter(); import detente, sys; print(time.perf_counter() - t, *sys.modules)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    assert min(float(run.stdout.split()[0]) for run in runs) < 0.05
    assert not any(name.startswith(("detente.ask", "detente.faces")) for name in runs[0].stdout.split())


def test_an_unknown_name_of_the_package_suggests_the_one_that_is_meant():
    with pytest.raises(AttributeError, match="did you mean 'price'"):
        _ = detente.prise


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: detente.price(CARS, as_off=DAY), r"price\(\) has no argument 'as_off'; did you mean as_of\?"),
        (lambda: detente.duties(series=True), "in Python it is by_day"),
        (lambda: detente.price(), "missing a required argument"),
        (lambda: detente.deal(DAY), "too many positional arguments"),
    ],
)
def test_wrong_arguments_are_named_as_python_names_them(call, words):
    with pytest.raises(TypeError, match=words):
        call()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: detente.price(CARS, as_of="2025-02-30"), "as_of='2025-02-30' is not a day"),
        (lambda: detente.price(CARS, as_of=20251026), "as_of='20251026' is not a day"),
        (lambda: detente.price(CARS, horizon="far"), "horizon='far'; it is one of 'short', 'near'"),
        (lambda: detente.price(CARS, draws=-1), "draws=-1: it is from 0 to 100000"),
        (lambda: detente.price(CARS, draws="7"), "draws='7' is not a whole number"),
        (lambda: detente.price(CARS, draws=1.5), "draws='1.5' is not a whole number"),
        (lambda: detente.price(CARS, elasticity=4, draws=9), "`draws`: your own elasticities"),
        (lambda: detente.price(CARS, elasticity=4, closures=True), "`closures` needs a published set"),
        (lambda: detente.price(CARS, elasticity={"C99": 4}), "elasticity: 'C99' is not a sector of icio-2022"),
        (lambda: detente.price(CARS, elasticity={}), "elasticity {} names no sector"),
        (lambda: detente.price(CARS, elasticity={"C29": float("nan")}), "elasticity of C29 is nan"),
        (lambda: detente.price(CARS, elasticity=-3), "elasticity is -3"),
        (lambda: detente.price(CARS, elasticity=True), "elasticity is True"),
        (lambda: detente.price(CARS, elasticity=4, world="world-2023"), "one sector and one elasticity"),
        (lambda: detente.price(CARS, closure="open"), "closure='open'; it is one of 'fixed'"),
        (lambda: detente.price("rare-earths-chips", elasticity=3.0), "`elasticity`: scenarios that limit"),
        (lambda: detente.price("rare-earths-chips", closure="balanced"), "have one closure"),
        (lambda: detente.price("rare-earths-chips", economies="DEU"), "`economies`: scenarios that limit"),
        (lambda: detente.duties(by_day=True), "name it with `by` and `against`"),
        (lambda: detente.exposure(to="duty"), "`to` duty needs `of`"),
        (lambda: detente.path(theta=float("inf")), "theta='inf' is not a finite number"),
        (lambda: detente.price({"by": "USA", "against": "EU"}), "'rate' is missing"),
        (lambda: detente.price({**CARS, "rate": 0.1}), "rate 0.1 has no unit"),
        (lambda: detente.price({**CARS, "rates": "1 pp"}), "unknown key 'rates'"),
        (lambda: detente.price({}), "a list of measures, or a mapping"),
        (lambda: detente.price([]), "price needs a scenario"),
        (lambda: detente.price(5), "not int"),
        (lambda: detente.price([CARS, "uniform-10"]), "some of both"),
        (lambda: detente.world("icio-1999"), "no world is named"),
        (lambda: detente.world().to_pandas("prices"), "trade, economies, sectors"),
    ],
)
def test_errors_speak_of_arguments_and_of_no_option(call, words):
    with pytest.raises(detente.DetenteError) as caught:
        call()
    assert words in str(caught.value)
    assert "--" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_options_of_other_commands_stay_as_they_are_in_a_message():
    assert in_python("list them with --list", find("record review")) == "list them with --list"
    assert in_python("give --by and --why", find("record retract")) == "give `by` and `why`"
    assert in_python("whose? give --for USA,CHN", find("tariffs nash")) == "whose? give economies='USA,CHN'"


def test_a_day_may_be_a_date_and_codes_a_text():
    by_text = detente.duties(as_of=DAY, by="USA", against="CHN")
    assert detente.duties(as_of=datetime.date(2025, 10, 26), by="USA", against="CHN").data == by_text.data
    assert detente.compare("uniform-10", "in-force", economies="DEU,FRA", as_of=DAY).options["economies"] == [
        "DEU",
        "FRA",
    ]


def test_a_mapping_a_list_a_file_and_a_scenario_of_one_policy_have_one_price(tmp_path):
    file = tmp_path / "cars.yaml"
    file.write_text("- {by: USA, against: EU, products: C29, rate: 10 pp}\n", "utf-8")
    whole = {"name": "Cars", "measures": (CARS,)}
    ways = [CARS, [CARS], whole, file, str(file), detente.Scenario("Cars", (CARS,))]
    answers = [detente.price(way, as_of=DAY) for way in ways]
    assert len({income(answer, "DEU") for answer in answers}) == 1
    assert [answer.data["scenarios"][0]["name"] for answer in answers[:4]] == [
        "10 pp by USA on EU, C29", "10 pp by USA on EU, C29", "Cars", "cars",
    ]  # fmt: skip
    together = detente.price([whole, "uniform-10"], as_of=DAY)
    assert income(together, "DEU") == pytest.approx(income(answers[0], "DEU"), abs=1e-7)
    assert together.data["scenarios"][1]["name"] == "Ten points on all imports"


def test_other_questions_take_a_mapping_too_and_their_options_are_json():
    compared = detente.compare({**CARS, "from": datetime.date(2025, 1, 1)}, "in-force", as_of=DAY, economies=["DEU"])
    row = next(row for row in compared.data["rows"] if row["economy"] == "DEU")
    assert row["real_income"] == pytest.approx(income(detente.price(CARS, as_of=DAY), "DEU"), abs=1e-6)
    assert compared.options["a"] == {**CARS, "from": "2025-01-01"}


def test_own_elasticities_equal_to_a_published_set_give_its_price_and_no_band():
    from detente.economy import elasticities

    published = elasticities.named("caliendo-parro-2015", detente.world().sectors).values
    named = detente.price(CARS, as_of=DAY, elasticity="caliendo-parro-2015")
    own = detente.price(CARS, as_of=DAY, elasticity=dict(published))
    assert income(own, "DEU") == pytest.approx(income(named, "DEU"), abs=1e-9)
    assert own.data["bands"] is None
    assert own.data["elasticity"]["name"] == "your own"
    assert named.data["bands"]["source"] == "8 sets"


def test_elasticities_of_some_sectors_leave_the_others_and_say_so():
    world = detente.world(elasticity={"C29": np.float64(7)})
    usual = detente.world()
    changed = np.asarray(world.structure.elasticity) != np.asarray(usual.structure.elasticity)
    assert [sector for sector, differs in zip(world.sectors, changed, strict=True) if differs] == ["C29"]
    assert "C29 7; all other sectors fontagne-2022" in world.structure.elasticity_from
    assert income(detente.price(CARS, world=world, as_of=DAY), "DEU") == pytest.approx(
        income(detente.price(CARS, elasticity={"C29": 7}, as_of=DAY), "DEU"), abs=1e-9
    )


@pytest.mark.parametrize("closure", ["fixed", "balanced", "valuation"])
def test_a_closure_alone_gives_what_it_gives_beside_the_others(closure):
    beside = detente.price("uniform-10", as_of=DAY, closures=True).data["scenarios"][0]["closures"]["real_income"]
    alone = detente.price("uniform-10", as_of=DAY, closure=closure)
    assert income(alone, "USA") == pytest.approx(beside[closure]["USA"], abs=1e-6)
    if closure != "fixed":
        assert alone.data["closure"]["name"] == closure


def test_a_world_is_labelled_and_adds_up():
    world = detente.world("icio-2022")
    assert repr(world) == "World('icio-2022': 81 economies, 28 sectors, 2022, million USD)"
    trade, economies, sectors = (world.to_pandas(table) for table in ("trade", "economies", "sectors"))
    assert economies.loc["DEU", "economy_name"] == "Germany"
    assert trade.loc[("C29", "USA", "DEU"), "trade"] > 0
    abroad = trade[trade.index.get_level_values("importer") != trade.index.get_level_values("exporter")]
    assert economies["exports"].sum() == pytest.approx(abroad["trade"].sum())
    assert sectors["trade"].sum() == pytest.approx(economies["imports"].sum())
    assert economies["balance"].sum() == pytest.approx(0, abs=1e-3)
    assert trade.attrs["units"] == {"trade": "million USD", "duty_pct": "percent"}
    data = world.to_xarray()
    cell = data.trade.sel(sector="C29", importer="USA", exporter="DEU")
    assert float(cell) == trade.loc[("C29", "USA", "DEU"), "trade"]
    assert data.trade.attrs["units"] == "million USD"
    assert detente.world("world-2023").to_pandas("sectors").index.tolist() == ["all goods"]


def test_the_users_own_dossiers_are_there_as_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.setattr("detente.faces.terminal.common._usual_home", lambda: str(tmp_path))
    detente.record_new("india-usa", parties="IND,USA")
    assert (tmp_path / "india-usa").is_dir()
    assert detente.record_show(dossier="india-usa").data["case"]["parties"]


def test_a_stored_output_is_repeated(tmp_path, run):
    file = tmp_path / "stored.json"
    file.write_text(run("duties", "--as-of", DAY, "--by", "USA", "--against", "CHN", "--json")[1], "utf-8")
    assert detente.rerun(file).data["same"] is True


def test_editors_and_the_reference_find_every_public_name_in_the_file():
    tree = ast.parse(Path(detente.__file__).read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and "detente" in (node.module or "")]
    named = {alias.asname or alias.name for node in imports for alias in node.names}
    assert set(detente.__all__) <= named


def test_the_public_names_are_those_of_the_registry():
    assert set(functions.names()) | set(detente._HOME) == set(detente.__all__)
    assert dir(detente) == detente.__all__
