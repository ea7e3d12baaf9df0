/** How well the classes of examples are told apart by Bayes' rule from their densities. */
export interface ClassFigures {
  /** Share that is told right. */
  readonly accuracy: number
  /** −mean log p(true class | x), nats. */
  readonly crossEntropy: number
}
