/** Value names, unique in a model and all its subgraphs, as the ONNX specification asks. */
export class Names {
  /** Names in use, each with the number to try next after it. */
  readonly #taken = new Map<string, number>()
  readonly #renamed = new Map<string, string>()

  /** Takes a name that must stay as it is (an input or an output of the model). */
  reserve(name: string): void {
    if (this.#taken.has(name)) {
      throw new Error(`emitOnnx: two inputs or outputs would be named '${name}'; rename one through outputNames`)
    }
    this.#taken.set(name, 2)
  }

  /** `base`, or the first free of `base_2`, `base_3`, … */
  fresh(base: string): string {
    let name = base
    let count = this.#taken.get(base) ?? 2
    while (this.#taken.has(name)) name = `${base}_${count++}`
    this.#taken.set(base, count)
    this.#taken.set(name, 2)
    return name
  }

  /** The value is written under another name. */
  rename(value: string, to: string): void {
    this.#renamed.set(value, to)
  }

  written(value: string): string {
    return this.#renamed.get(value) ?? value
  }
}
