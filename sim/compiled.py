"""
The one doorway to numba: functions written in Python, compiled on first use, cached on disk.

Nothing else enters: no model, no numbers. The wrappers exist because numba's own decorator is untyped.
"""

# mypy: disable-error-code="no-untyped-call, untyped-decorator, misc, override, unused-ignore"
# numba has no types.

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from llvmlite.binding import Linkage  # type: ignore[import-untyped]
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.typed_passes import NopythonTypeInference

_njit = cast(Callable[..., Callable[[object], object]], numba.njit)
"""Some of its options have no types, so the whole of it has none here."""

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function in nopython mode, without the interpreter lock, and keep the machine code on disk."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


def part(function: Function) -> Function:
    """
    A function that only functions made by `part` and `whole` call: the whole is optimised with all its parts in it.

    It makes no arrays, so that nobody need count who uses one. It is kept on disk only as a part of a whole.
    """
    return cast(Function, _part(function))


def whole(function: Function) -> Function:
    """Compile a function that is made of parts and makes no arrays either, and keep the machine code on disk."""
    return cast(Function, _njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function))


class _PartLibrary(JITCodeLibrary):
    """
    A part's code as it was written down. numba itself would optimise each function with all that it calls in it, and
    make machine code of that: with a hundred functions in ten storeys, the lowest are done hundreds of times.
    """

    def finalize(self) -> None:
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        return 0  # There is no machine code: Python cannot call it.

    @property
    def codegen(self) -> Any:
        return _NoEnvironment(self._codegen)

    def _get_module_for_linking(self) -> Any:
        """This function and all that it calls, each once."""
        if self._shared_module is None:
            libraries: list[Any] = [self]
            for library in libraries:
                if isinstance(library, _PartLibrary):
                    libraries += [one for one in dict.fromkeys(library._linking_libraries) if one not in libraries]
            # Parts first, for what nobody calls yet is left out of what was compiled by itself.
            libraries.sort(key=lambda library: not isinstance(library, _PartLibrary))
            for library in libraries[1:]:
                is_part = isinstance(library, _PartLibrary)
                module = library._final_module.clone() if is_part else library._get_module_for_linking()
                self._final_module.link_in(module, preserve=True)
            for function in self._final_module.functions:
                if not function.is_declaration and function.linkage == Linkage.external:
                    function.linkage = "linkonce_odr"
            self._shared_module = self._final_module
        return self._shared_module


class _NoEnvironment:
    """numba's code generator for functions that never reach into Python, and so need nothing of it."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def set_env(self, name: str, environment: object) -> None:
        """There is no place to put it into."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)


@register_pass(mutates_CFG=False, analysis_only=True)
class _IntoPartLibrary(FunctionPass):
    _name = "into_part_library"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        state.library = _PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        return False


class _PartCompiler(CompilerBase):
    def define_pipelines(self) -> list[Any]:
        pipeline = DefaultPassBuilder.define_nopython_pipeline(self.state)
        pipeline.add_pass_after(_IntoPartLibrary, NopythonTypeInference)
        pipeline.finalize()
        return [pipeline]


_part = _njit(
    # Only compiled code calls it, so that no doors to Python have to be built, which take longer than all the rest.
    nogil=True,
    error_model="numpy",
    _nrt=False,
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    pipeline_class=_PartCompiler,
)
