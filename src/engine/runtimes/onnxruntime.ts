/**
 * ONNX Runtime on its CPU provider: the embedded default. A session runs synchronously inside its promise, so whoever
 * calls this keeps runs short and yields between them.
 */
import { InferenceSession, Tensor, env } from 'onnxruntime-node'
import type { DType, Graph } from '../../core/ir/graph.ts'
import { emitOnnx } from '../../core/onnx/emit.ts'
import type { Executable, LoadOptions, Runtime, TensorData, TensorMap } from './runtime.ts'
import { type SignatureInput, checkInputs, signatureOf } from './signature.ts'

/** A model file loaded by itself. */
export interface OnnxModel extends Executable {
  readonly inputs: readonly SignatureInput[]
  readonly outputs: readonly string[]
}

export const onnxruntime: Runtime = {
  name: 'onnxruntime',
  title: 'ONNX Runtime (CPU)',
  version: env.versions.node ?? env.versions.common,
  async load(graph, options = {}) {
    const inputs = signatureOf(graph)
    const outputNames = namesInFile(graph)
    const program = describe(inputs, graph.outputs.map(({ name }) => name))
    const session = await createSession(emitOnnx(graph, { name: 'program', outputNames }), program, options)
    const names = new Map(graph.outputs.map(({ name }) => [outputNames[name] ?? name, name]))
    return executable(session, program, inputs, names)
  },
}

/** Loads the bytes of an ONNX file whose inputs and outputs are float32, int64 or bool tensors. */
export async function loadOnnxModel(bytes: Uint8Array, options: LoadOptions = {}): Promise<OnnxModel> {
  const session = await createSession(bytes, 'the ONNX model', options)
  const inputs = session.inputMetadata.map((value): SignatureInput => {
    const dtype = value.isTensor ? dtypes[value.type] : undefined
    if (!value.isTensor || dtype === undefined) {
      throw new Error(`the ONNX model: the input '${value.name}' is neither float32, int64 nor bool`)
    }
    return { name: value.name, dtype, shape: value.shape }
  })
  const outputs = [...session.outputNames]
  const run = executable(session, describe(inputs, outputs), inputs, new Map(outputs.map((name) => [name, name])))
  return { ...run, inputs, outputs }
}

const dtypes: Readonly<Record<string, DType | undefined>> = { float32: 'float', int64: 'int', bool: 'bool' }

/** ONNX has one space of names: an output that is called like an input gets another name in the file. */
function namesInFile(graph: Graph): Readonly<Record<string, string>> {
  const taken = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name))
  const inputs = new Set(graph.inputs.map(({ name }) => name))
  const names: Record<string, string> = {}
  for (const { name } of graph.outputs) {
    if (!inputs.has(name)) continue
    let other = `${name}_out`
    while (taken.has(other)) other += '_out'
    taken.add(other)
    names[name] = other
  }
  return names
}

function describe(inputs: readonly SignatureInput[], outputs: readonly string[]): string {
  return `program (${inputs.map(({ name }) => name).join(', ')} → ${outputs.join(', ')})`
}

/**
 * How long a thread without work waits by spinning before it sleeps. ONNX Runtime's own much longer wait makes a virtual
 * machine take the processor from the thread that does work, for whole seconds at a time: every step then takes twice as
 * long. Shorter ones pay for waking up between the operations of a small step.
 */
const SPIN_MICROSECONDS = '100'

async function createSession(bytes: Uint8Array, program: string, { threads }: LoadOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      interOpNumThreads: 1,
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      // Errors come as exceptions; warnings are about shapes that ONNX Runtime cannot infer, and of no use to anyone.
      logSeverityLevel: 4,
      extra: { session: { intra_op: { spin_duration_us: SPIN_MICROSECONDS } } },
    })
  } catch (cause) {
    throw new Error(`onnxruntime: ${program} cannot be loaded: ${messageOf(cause)}`, { cause })
  }
}

function executable(
  session: InferenceSession, program: string, inputs: readonly SignatureInput[],
  outputNames: ReadonlyMap<string, string>,
): Executable {
  return {
    async run(values) {
      checkInputs(program, inputs, values)
      const feeds: Record<string, Tensor> = {}
      for (const { name } of inputs) feeds[name] = toTensor(values[name] as TensorData)
      const results = await runSession(session, program, feeds)
      const out: Record<string, TensorData> = {}
      for (const [inFile, name] of outputNames) out[name] = fromTensor(name, results[inFile] as Tensor)
      return out satisfies TensorMap
    },
    dispose: () => session.release(),
  }
}

const FAILED_NODE = /while running (\S+) node\. Name:'([^']*)' Status Message: ([\s\S]*)/

async function runSession(
  session: InferenceSession, program: string, feeds: Readonly<Record<string, Tensor>>,
): Promise<InferenceSession.OnnxValueMapType> {
  try {
    return await session.run(feeds)
  } catch (cause) {
    const message = messageOf(cause)
    const [, op, node, status] = FAILED_NODE.exec(message) ?? []
    const where = op === undefined ? `failed: ${message}` : `failed in ${node} (${op}): ${status}`
    throw new Error(`onnxruntime: ${program} ${where}`, { cause })
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function toTensor(value: TensorData): Tensor {
  switch (value.dtype) {
    case 'float': return new Tensor('float32', value.data, value.shape)
    case 'int': return new Tensor('int64', value.data, value.shape)
    case 'bool': return new Tensor('bool', value.data, value.shape)
  }
}

function fromTensor(name: string, tensor: Tensor): TensorData {
  const { data, dims: shape } = tensor
  if (tensor.type === 'float32' && data instanceof Float32Array) return { dtype: 'float', shape, data }
  if (tensor.type === 'int64' && data instanceof BigInt64Array) return { dtype: 'int', shape, data }
  if (tensor.type === 'bool' && data instanceof Uint8Array) return { dtype: 'bool', shape, data }
  throw new Error(`onnxruntime: the output '${name}' is a ${tensor.type} tensor, which no program has`)
}
