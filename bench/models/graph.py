"""A thin layer over onnx.helper: nodes are written as calls and named by themselves, constants are numpy arrays."""

import json
import struct
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

TYPES = {"float": TensorProto.FLOAT, "int32": TensorProto.INT32, "int64": TensorProto.INT64}
DTYPES = {"F16": np.float16, "F32": np.float32}


def read_weights(path):
    """The tensors of a safetensors file as float32 arrays by name; half precision is widened, nothing is rounded."""
    data = Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    head = json.loads(data[8 : 8 + size])
    head.pop("__metadata__", None)
    out = {}
    for name, t in head.items():
        if t["dtype"] not in DTYPES:
            raise ValueError(f"{path}: tensor {name} is {t['dtype']}; this script reads {', '.join(DTYPES)}")
        begin, end = (8 + size + at for at in t["data_offsets"])
        out[name] = np.frombuffer(data[begin:end], DTYPES[t["dtype"]]).reshape(t["shape"]).astype(np.float32)
    return out


class Graph:
    """`g.MatMul(a, b, axis=1)` appends a node of that type and gives its output's name; arrays become initialisers."""

    def __init__(self, name):
        self.name, self.nodes, self.weights, self.inputs, self.outputs, self.renamed = name, [], {}, [], [], {}

    def input(self, name, kind, shape):
        self.inputs.append(helper.make_tensor_value_info(name, TYPES[kind], shape))
        return name

    def output(self, value, name, kind, shape):
        self.renamed[value] = name
        self.outputs.append(helper.make_tensor_value_info(name, TYPES[kind], shape))

    def const(self, values, dtype=np.float32, name=None):
        values = np.ascontiguousarray(np.asarray(values, dtype))
        name = name or f"const.{len(self.weights)}"
        self.weights[name] = values
        return name

    def ints(self, *values):
        """A list of sizes, axes or places; equal ones are stored once."""
        name = "ints." + ".".join(map(str, values))
        return self.const(values, np.int64, name)

    def node(self, kind, inputs, outputs=1, domain="", **attributes):
        at = len(self.nodes)
        names = [f"{kind}.{at}"] if outputs == 1 else [f"{kind}.{at}.{i}" for i in range(outputs)]
        inputs = [self.const(x) if isinstance(x, (np.ndarray, np.generic)) else x for x in inputs]
        self.nodes.append(helper.make_node(kind, inputs, names, name=f"{kind}.{at}", domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def __getattr__(self, kind):
        if not kind[0].isupper():
            raise AttributeError(kind)
        return lambda *inputs, **attributes: self.node(kind, inputs, **attributes)

    def contrib(self, kind, *inputs, **attributes):
        """An operator of ONNX Runtime's own set."""
        return self.node(kind, inputs, domain="com.microsoft", **attributes)

    def save(self, path, notes):
        for node in self.nodes:
            for names in (node.input, node.output):
                for i, value in enumerate(names):
                    names[i] = self.renamed.get(value, value)
        graph = helper.make_graph(
            self.nodes, self.name, self.inputs, self.outputs, [numpy_helper.from_array(v, k) for k, v in self.weights.items()]
        )
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="stepscope bench/models/export.py")
        helper.set_model_props(model, {k: str(v) for k, v in notes.items()})
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(model.SerializeToString())
        return path
