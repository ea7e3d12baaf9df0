"""Checks exported ONNX files with the reference checker and loads each in ONNX Runtime.

  check_onnx.py FILE.onnx …

Per file: `onnx.checker.check_model(full_check=True)`, which includes strict shape inference, then a session on the CPU
provider. Prints one JSON line per file; exit status 0 when all are ok, 1 when one is not, 3 where onnx or onnxruntime
is absent.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from common import require

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("files", nargs="+", type=Path, metavar="FILE.onnx")
arguments = parser.parse_args()
onnx, onnxruntime = require("onnx", "onnxruntime")


def describe(values) -> list[dict[str, object]]:
    """Inputs or outputs as ONNX Runtime sees them: name, type and shape, symbolic axes by name."""
    return [{"name": value.name, "type": value.type, "shape": value.shape} for value in values]


def first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"


def check(path: Path) -> dict[str, object]:
    """One file's findings; `ok` is true when the checker and ONNX Runtime both accept it."""
    found: dict[str, object] = {"file": str(path), "ok": False}
    try:
        model = onnx.load(path)
    except Exception as error:  # noqa: BLE001 (protobuf and file errors alike mean an unreadable file)
        return found | {"stage": "read", "error": first_line(error)}
    found |= {
        "opset": {entry.domain or "ai.onnx": entry.version for entry in model.opset_import},
        "ir_version": model.ir_version,
        "producer": f"{model.producer_name} {model.producer_version}".strip(),
        "nodes": len(model.graph.node),
        "metadata": {entry.key: entry.value for entry in model.metadata_props},
    }
    try:
        # By path, not by value: that is what finds external data and takes models over 2 GB.
        onnx.checker.check_model(str(path), full_check=True)
    except Exception as error:  # noqa: BLE001 (the checker and shape inference raise different types)
        return found | {"stage": "checker", "error": first_line(error)}
    try:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 (ONNX Runtime has one exception type per status code)
        return found | {"stage": "onnxruntime", "error": first_line(error)}
    return found | {
        "ok": True,
        "inputs": describe(session.get_inputs()),
        "outputs": describe(session.get_outputs()),
        "versions": {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__},
    }


def main() -> int:
    # Warnings would go to stderr between the JSON lines; what matters is in the line.
    onnxruntime.set_default_logger_severity(3)
    ok = True
    for path in arguments.files:
        found = check(path)
        ok = ok and found["ok"] is True
        print(json.dumps(found), flush=True)
    return 0 if ok else 1


sys.exit(main())
