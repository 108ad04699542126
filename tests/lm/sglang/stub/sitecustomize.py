"""Lets a Python with a CPU torch import the published torchvision, which is built for CUDA.

Its C++ operators do not load there, and its Python side describes two of them while it is imported. They are declared
just before that, in every process that has this folder on its PYTHONPATH: SGLang spawns its scheduler and
detokenizer.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType


class _BeforeTorchvision(MetaPathFinder):
    library: object = None
    """The declarations last as long as this object."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if fullname == "torchvision" and self.library is None:
            from torch.library import Library

            self.library = library = Library("torchvision", "FRAGMENT")
            for name in ("nms", "qnms"):
                library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


sys.meta_path.insert(0, _BeforeTorchvision())
