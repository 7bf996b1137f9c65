"""Start-up is imports: what only an analysis needs is not there before one is wanted."""

import json
import subprocess
import sys

SCRIPT = """
import asyncio, json, sys
from pathlib import Path
from supportdesk.domain.experiments.form import new_experiment
from supportdesk.services.desk import Desk
from supportdesk.services.drafts import Drafts
from supportdesk.tui.app import SupportDesk
from supportdesk.tui.commands.keymap import KeyMap

HEAVY = {"numpy", "scipy"}
loaded = {}

def note(when):
    loaded[when] = sorted(HEAVY & {name.partition(".")[0] for name in sys.modules})

async def work(folder):
    with Desk(folder / "support.db", "ann") as desk, Desk(folder / "support.db", "bob") as colleague:
        about = {"name": "n", "control": "a", "test": "b", "metric": "m"}
        colleague.experiments.start(str(colleague.experiments.create(new_experiment(about)).number))
        app = SupportDesk(desk, Drafts(folder, desk.address, "ann"), KeyMap({}), theme="ansi-dark")
        async with app.run_test(size=(80, 24)) as pilot:
            note("tickets")
            parts = [name for name in sys.modules if "tui" in name and "tui.commands" not in name]
            loaded["screens"] = sorted(name for name in parts if "experiment" in name)
            await pilot.press("f6", "j", "k")
            note("list")
            await pilot.press("c")
            await pilot.press(*"form", "escape")
            note("form")
            await pilot.press("enter")
            async with asyncio.timeout(30):
                while not (app.screen.pane.details and app.screen.pane.details.analysis):
                    await pilot.pause(0.02)
            note("details")

asyncio.run(work(Path(sys.argv[1])))
print(json.dumps(loaded))
"""


def test_the_mathematics_load_when_an_experiment_is_opened(tmp_path):
    ended = subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, check=True, text=True)
    loaded = json.loads(ended.stdout)
    assert loaded["tickets"] == loaded["list"] == loaded["form"] == []
    assert loaded["screens"] == []
    assert loaded["details"] == ["numpy", "scipy"]
