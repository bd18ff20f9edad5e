"""What `pytoco plugins` and `pytoco passes` show, as text and as JSON-ready values."""

from __future__ import annotations

import inspect
from typing import Any

from .registry import Registry

SHOWN = 5
"""How many names of what a plugin offers the text shows of each sort."""


def plugins_data(registry: Registry, *, trace: bool = False) -> dict[str, Any]:
    """Plugins with origin, hooks, status, offers and options; with `trace` each setting and its source, too."""
    options: dict[str, list[dict[str, Any]]] = {}
    for name, option in registry.options().items():
        row = {"name": name, "help": option.help, "default": _plain(option.default), "value": option.metavar}
        options.setdefault(registry.owner("register_options", name), []).append(row)
    infos = [info._asdict() for info in registry.plugins()]
    rows = [
        {**info, "offers": registry.offers(info["name"]), "options": options.get(info["name"], [])} for info in infos
    ]
    data: dict[str, Any] = {"plugins": rows}
    if trace:
        data["settings"] = [
            {"key": ".".join(key), "value": _plain(value), "source": source}
            for key, (value, source) in registry.settings.values.items()
        ]
    return data


def plugins_text(registry: Registry, *, trace: bool = False) -> str:
    """One paragraph a plugin; with `trace` one line a setting."""
    data = plugins_data(registry, trace=trace)
    lines = []
    for info in data["plugins"]:
        origin = " ".join(filter(None, (info["distribution"], info["version"])))
        reason = f": {info['reason']}" if info["reason"] else ""
        lines.append(f"{info['name']}  [{info['status']}{reason}]")
        lines += [f"  from   {origin}"] if origin else []
        lines += [f"  file   {info['source']}"] if info["source"] else []
        lines += [f"  hooks  {', '.join(info['hooks'])}"] if info["hooks"] else []
        for what, names in info["offers"].items():
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN + 1 else ""
            shown = names[:SHOWN] if more else names
            lines.append(f"  {what}  {', '.join(shown)}{more}")
        for row in info["options"]:
            default = "" if row["default"] is None or row["default"] is False else f" [{row['default']}]"
            lines.append(f"  flag   --{row['name']}  {row['help']}{default}")
    if trace:
        lines.append("")
        lines += [f"{row['key']} = {row['value']!r}  ({row['source']})" for row in data["settings"]]
    return "\n".join(lines) + "\n"


def passes_data(registry: Registry, pipeline: str) -> dict[str, Any]:
    """Stages of a pipeline, each with its passes in order: name, plugin, class, roots, first docstring line, reason.

    Loads every pass class; one that cannot be loaded has an `error` instead of roots and docstring.
    """
    planned = registry.plan(pipeline)
    stages = []
    for stage, positions in planned.stages.items():
        rows = []
        for ref, reason in positions:
            row: dict[str, Any] = {
                "name": ref.name,
                "plugin": registry.owner("register_passes", ref.name),
                "class": ref.reference,
                "reason": reason,
            }
            try:
                cls = ref.load()
            except Exception as error:  # noqa: BLE001 - a listing says what is wrong and goes on
                row["error"] = str(error)
            else:
                row["roots"] = list(getattr(cls, "roots", ()))
                row["summary"] = (inspect.getdoc(cls) or "").partition("\n")[0]
            rows.append(row)
        stages.append({"stage": stage, "passes": rows})
    return {"pipeline": pipeline, "stages": stages}


def passes_text(registry: Registry, pipeline: str, *, why: bool = False) -> str:
    """One line a pass below its stage; with `why` a second line gives the reason for its position."""
    data = passes_data(registry, pipeline)
    lines = [f"pipeline {pipeline}"]
    for stage in data["stages"]:
        lines.append(f"\n{stage['stage']}" + ("" if stage["passes"] else "  (no passes)"))
        width = max((len(row["name"]) for row in stage["passes"]), default=0)
        for number, row in enumerate(stage["passes"], start=1):
            note = row.get("error") or row["summary"]
            plugin = "" if row["plugin"] == "builtin-passes" else f"[{row['plugin']}] "
            lines.append(f"  {number:>2} {row['name']:<{width}}  {plugin}{note}".rstrip())
            if why:
                lines.append(f"     {row['reason']}")
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> Any:
    """A setting's value as JSON can hold it (dates and paths as text)."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
