"""Options as frozen data classes: a command takes one value per theme, and Typer sees every field as an option.

Also the options that all commands share, and where they are merged with those given before the command's name.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import typer
from typer import Context
from typer.core import TyperCommand

Device = Literal["auto", "cpu", "cuda", "mps"]
ProfileName = Literal["default", "fast"]
AnswersName = Literal["auto", "facts", "mini", "anomalygpt-7b", "vlm"]


@dataclass(frozen=True)
class CommonOptions:
    """Options every command takes, before or after its name; None and False mean "not said"."""

    home: Annotated[
        Path | None,
        typer.Option("--home", help="Home folder; else ANOMALYGPT_HOME, else the system's."),
    ] = None
    device: Annotated[
        Device | None,
        typer.Option("--device", help="Where to compute; auto takes the best there is."),
    ] = None
    user: Annotated[
        str | None,
        typer.Option("--user", help="Who acts, for the records; else the user of the system."),
    ] = None
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no notes on stderr.")] = False

    def merged_with(self, outer: CommonOptions) -> CommonOptions:
        """Return these options, filled up with those given before the command's name."""
        said = {field.name: getattr(self, field.name) for field in fields(self) if getattr(self, field.name)}
        return replace(outer, **said)


@dataclass(frozen=True)
class ArchiveOptions:
    """Where past inspections are read: in the home folder, or in the archive of the plant."""

    archive: Annotated[
        str | None,
        typer.Option("--archive", metavar="URL", help="Read the plant's archive: postgresql://USER@SERVER/DATABASE."),
    ] = None
    archived_station: Annotated[
        str | None, typer.Option("--station", help="Which station of the archive; needed where it holds several.")
    ] = None


ProfileOption = Annotated[
    ProfileName | None,
    typer.Option("--profile", help="default: all that finds defects; fast: under a tenth of a second."),
]


def flatten_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let Typer see each field of the data classes among the parameters of `function` as a parameter of its own.

    A parameter named `context` receives Typer's context.
    """
    hints = get_type_hints(function, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if name != "return" and is_dataclass(hint)}
    parameters = list(_list_parameters(function, hints, groups))

    @wraps(function)
    def call_with_groups(context: Context, **values: Any) -> Any:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        if "context" in hints:
            values["context"] = context
        return function(**{name: _merge(value, context) for name, value in values.items()})

    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Context)
    call_with_groups.__signature__ = inspect.Signature([context, *parameters])  # type: ignore[attr-defined]
    call_with_groups.__annotations__ = {parameter.name: parameter.annotation for parameter in (context, *parameters)}
    return call_with_groups


def _merge(value: Any, context: Context) -> Any:
    """Fill common options up with those the root of the command line left in its context."""
    outer = context.find_root().obj
    return value.merged_with(outer) if isinstance(value, CommonOptions) and isinstance(outer, CommonOptions) else value


def _list_parameters(
    function: Callable[..., Any], hints: dict[str, Any], groups: dict[str, Any]
) -> Iterator[inspect.Parameter]:
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == "context":
            continue
        if parameter.name in groups:
            yield from _list_fields(groups[parameter.name])
        else:
            yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[parameter.name])


def _list_fields(group: Any) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    for field in fields(group):
        yield inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=_default_of(field), annotation=hints[field.name]
        )


def _default_of(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return inspect.Parameter.empty if field.default is MISSING else field.default


class ManyReferencesCommand(TyperCommand):
    """A command whose `--reference` takes every file up to the next option, as in `--reference good/*.png`.

    Files that follow it where no argument came before are not swallowed, so that
    `inspect --reference good.png part.png` inspects `part.png`. `--reference` may also be repeated.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Repeat the option before each of its files, then parse as always."""
        with_value = {
            name for parameter in self.params if not getattr(parameter, "is_flag", True) for name in parameter.opts
        }
        return super().parse_args(ctx, repeat_option("--reference", args, with_value))


def repeat_option(option: str, args: Sequence[str], with_value: Collection[str]) -> list[str]:
    """Return `args` with `option` put before each of its values; `with_value` names the options that take one."""
    repeated: list[str] = []
    rest = list(args)
    argument_seen = False
    while rest and rest[0] != "--":
        token = rest.pop(0)
        if token == option:
            count = _count_values(rest) if argument_seen else min(1, len(rest))
            repeated += [word for value in rest[:count] for word in (option, value)] or [option]
            del rest[:count]
        elif token in with_value:
            repeated += [token, *rest[:1]]
            del rest[:1]
        else:
            argument_seen = argument_seen or not token.startswith("-")
            repeated.append(token)
    return repeated + rest


def _count_values(words: Sequence[str]) -> int:
    return next((index for index, word in enumerate(words) if word.startswith("-")), len(words))
