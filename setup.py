"""What pyproject.toml cannot say: the notebooks, which stand at the top of the repository, go into
the package, where an installed yxq finds them.

An editable install has no copy of them: it uses those of the repository.
"""

from __future__ import annotations

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

NOTEBOOKS = [path.as_posix() for path in sorted(Path("notebooks").glob("*.ipynb"))]


class BuildPy(build_py):
    """The package, and `notebooks/*.ipynb` as its `yxq/notebooks`."""

    def run(self) -> None:
        """Build, and add them."""
        super().run()
        if not self.editable_mode:
            for notebook, output in self._outputs().items():
                self.mkpath(str(Path(output).parent))
                self.copy_file(notebook, output, preserve_mode=False)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """All that is built."""
        return [*super().get_outputs(include_bytecode), *self._outputs().values()]

    def get_output_mapping(self) -> dict[str, str]:
        """All that is built, each with what it is built of."""
        built = {output: notebook for notebook, output in self._outputs().items()}
        return dict(super().get_output_mapping()) | built

    def get_source_files(self) -> list[str]:
        """All that a source distribution needs."""
        return [*super().get_source_files(), *NOTEBOOKS]

    def _outputs(self) -> dict[str, str]:
        if self.editable_mode:
            return {}
        return {name: f"{self.build_lib}/yxq/{name}" for name in NOTEBOOKS}


setup(cmdclass={"build_py": BuildPy})
