"""The folder as it is given away: old enough Python, only its own library, silent, typed, copied or installed."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import typing
from pathlib import Path
from typing import Any, Dict
from unittest import TestCase, mock

import evenkeel
from support import CLIENT, ROOT

PACKAGE = CLIENT / "evenkeel"
FILES = sorted(PACKAGE.glob("*.py"))


class Package(TestCase):
    def test_every_file_is_python_3_9_and_one_idea(self) -> None:
        self.assertGreater(len(FILES), 15)
        for file in [*FILES, *sorted((CLIENT / "tests").glob("*.py"))]:
            text = file.read_text(encoding="utf-8")
            ast.parse(text, str(file), feature_version=(3, 9))
            self.assertLessEqual(max(map(len, text.splitlines())), 120, file)
            self.assertIsNotNone(ast.get_docstring(ast.parse(text)), f"expected a docstring in {file}")
        for file in FILES:
            self.assertLess(len(file.read_text(encoding="utf-8").splitlines()), 300, file)

    def test_it_imports_nothing_but_pythons_own_library_and_prints_nothing(self) -> None:
        known = getattr(sys, "stdlib_module_names", None)
        for file in FILES:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and node.level == 0:
                    names = [node.module or ""]
                elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    self.assertNotEqual(node.func.id, "print", f"{file}:{node.lineno}")
                if known is not None:
                    self.assertLessEqual({name.split(".")[0] for name in names}, known, file)

    def test_every_public_name_has_types_and_a_docstring(self) -> None:
        for name in evenkeel.__all__:
            value = getattr(evenkeel, name)
            if not callable(value):
                continue
            self.assertTrue(value.__doc__, name)
            members = vars(value).items() if isinstance(value, type) else [(name, value)]
            for member, function in members:
                if member.startswith("_") or not callable(function):
                    continue
                self.assertTrue(function.__doc__, f"{name}.{member}")
                arguments = function.__code__.co_argcount + function.__code__.co_kwonlyargcount
                is_method = isinstance(value, type)
                said = set(function.__annotations__)
                self.assertIn("return", said, f"{name}.{member}")
                self.assertGreaterEqual(len(said - {"return"}), arguments - is_method, f"{name}.{member}")
        self.assertTrue((PACKAGE / "py.typed").exists())
        self.assertTrue(typing.get_type_hints(evenkeel.FrameMetrics))

    def test_the_version_is_the_agents(self) -> None:
        said = re.search(r'"version": "([^"]+)"', (ROOT / "package.json").read_text(encoding="utf-8"))
        self.assertEqual(evenkeel.__version__, said and said.group(1))

    def test_the_examples_of_its_page_run(self) -> None:
        class Turns:
            """True so many times."""

            left = 3

            def __bool__(self) -> bool:
                self.left -= 1
                return self.left >= 0

        names: Dict[str, Any] = {"in_combat": False, "load_model": lambda name: None}
        for function in ("capture", "moved", "read", "detect"):
            names[function] = lambda *_: bytes(3)
        blocks = re.findall(r"```python\n(.*?)```", (CLIENT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
        self.assertGreaterEqual(len(blocks), 3)
        with mock.patch.dict(os.environ, {"EVENKEEL_URL": "http://127.0.0.1:1"}):
            for block in blocks:
                names["running"] = turns = Turns()
                # A picture of one pixel stands for the screen; the page's own has the shape of an array.
                text = block.replace("thumbnail(image, ", "thumbnail(image, 1, 1, 3, ")
                exec(compile(text, "README.md", "exec"), names)
                self.assertEqual(turns.left, -1, block)
        names["bot"].close()

    def test_the_copied_folder_works_by_itself(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(PACKAGE, Path(folder) / "evenkeel", ignore=shutil.ignore_patterns("__pycache__"))
            script = "import evenkeel; bot = evenkeel.connect('copied', url='http://127.0.0.1:1'); print(bot.connected)"
            done = subprocess.run(
                [sys.executable, "-I", "-B", "-c", f"import sys; sys.path.insert(0, {folder!r}); {script}"],
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertEqual((done.stdout.strip(), done.stderr), ("False", ""))
