/**
 * The TensorFlow.js engine: graphs are run op by op, loops in JavaScript. Slower than ONNX Runtime on the CPU; with the
 * native package for CUDA, an engine for machines that have it. Floats are float32, integers have 32 bits.
 *
 * The number of threads cannot be chosen here: plain JavaScript uses one, libtensorflow all it finds.
 */
import type { Tensor } from '@tensorflow/tfjs'
import type { DType, Graph } from '../../../core/ir/graph.ts'
import type { Executable, Runtime, TensorData } from '../runtime.ts'
import { type SignatureInput, checkInputs, signatureOf } from '../signature.ts'
import { type Backend, type TensorFlow, openBackend } from './backend.ts'
import { createProgram } from './interpreter.ts'
import { download, uploadInput } from './transfer.ts'

/** Imports the library, which takes about a second: call it only when this engine is wanted. */
export async function createTfjsRuntime(open: () => Promise<Backend> = openBackend): Promise<Runtime> {
  const { tf, title, version } = await open()
  return { name: 'tfjs', title, version, load: async (graph) => load(tf, graph) }
}

function load(tf: TensorFlow, graph: Graph): Executable {
  const signature = signatureOf(graph)
  const dtypes = graph.outputs.map(({ tensor }) => tensor.dtype)
  const program = createProgram(tf, graph)
  let disposed = false
  return {
    async run(inputs) {
      if (disposed) throw new Error('tfjs: the program was disposed')
      checkInputs('tfjs', signature, inputs)
      const upload = ({ name }: SignatureInput): Tensor => uploadInput(tf, name, inputs[name] as TensorData)
      const outputs = tf.tidy(() => program.run(signature.map(upload)))
      try {
        const values = await Promise.all(outputs.map((output, i) => download(output, dtypes[i] as DType)))
        return Object.fromEntries(graph.outputs.map(({ name }, i) => [name, values[i] as TensorData]))
      } finally {
        tf.dispose(outputs)
      }
    },
    async dispose() {
      if (!disposed) program.dispose()
      disposed = true
    },
  }
}
