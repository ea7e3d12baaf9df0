/**
 * A running sum Σ wᵢ exp(eᵢ) whose terms may be far outside the range of a float64, kept as sum · exp(reference) with
 * the largest exponent seen so far as the reference.
 */
export class LogSum {
  #reference = Number.NEGATIVE_INFINITY
  #sum = 0

  /** Adds weight · exp(exponent); the weight is ≥ 0, the exponent finite or −∞. */
  add(weight: number, exponent: number): void {
    if (exponent <= this.#reference) {
      // Two infinities would give NaN: a term of exponent −∞ is nothing.
      if (exponent !== Number.NEGATIVE_INFINITY) this.#sum += weight * Math.exp(exponent - this.#reference)
    } else {
      this.#sum = this.#sum * Math.exp(this.#reference - exponent) + weight
      this.#reference = exponent
    }
  }

  /** log Σ, −∞ for an empty sum. */
  log(): number {
    return this.#reference + Math.log(this.#sum)
  }
}
