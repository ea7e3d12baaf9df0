/** How close a flow came to a target density, in the form in which `eval --json` prints it. */
export interface Appraisal {
  readonly elbo_nats: number | null
  readonly elbo_standard_error: number | null
  /** Estimated by the weights. */
  readonly log_z_nats: number | null
  readonly log_z_standard_error: number | null
  /** In draws, of `samples`. */
  readonly effective_sample_size: number | null
  /** log Z − ELBO, where log Z is known. */
  readonly kl_to_target_nats: number | null
  readonly samples: number
}
