/** Who wrote a model, as ONNX files say it. The version is the package's. */
export const producer = { name: 'flowsmith', version: '0.1.0' } as const
