"""Wrong arguments in our own words: typer's quote the values, which may be a person's."""

from __future__ import annotations

import re

from typer._click.exceptions import (
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)

_OPTION = re.compile(r"--?[a-z-]{1,20}")


def explained(error: ClickException) -> str:
    """What is wrong with the arguments and how they are written; no value of theirs is in it."""
    if isinstance(error, NoArgsIsHelpError):
        return error.format_message()  # the help itself
    ctx = error.ctx if isinstance(error, UsageError) else None
    told = _problem(error)
    if ctx is None:
        return told
    return f"{ctx.get_usage()}\nTry '{ctx.command_path} --help' for help.\n{told}"


def _problem(error: ClickException) -> str:
    if isinstance(error, MissingParameter):
        return error.format_message()
    if isinstance(error, BadParameter):
        return _wrong_value(error)
    if isinstance(error, NoSuchOption):
        shown = error.option_name if _OPTION.fullmatch(error.option_name) else "one of these"
        return f"{shown}: there is no such option"
    option = getattr(error, "option_name", "")
    if option:  # without its value, or with one where it takes none
        return f"{option}: its value is missing, or it takes none"
    ctx = error.ctx if isinstance(error, UsageError) else None
    commands = getattr(ctx.command, "commands", {}) if ctx is not None else {}
    if commands:
        return f"There is no such command; there are: {', '.join(sorted(commands))}"
    return "There are more arguments than this command takes."


def _wrong_value(error: BadParameter) -> str:
    param = error.param
    if param is None:
        return "A value has a wrong form."
    least, most = getattr(param, "min", None), getattr(param, "max", None)
    limits = "" if least is None or most is None else f": a number from {least} to {most} is needed"
    return f"{param.get_error_hint()}: a value of a wrong form{limits}"
