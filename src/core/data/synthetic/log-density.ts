/** log p at the point (x, y) of the plane, in nats; −∞ where p is 0. */
export type LogDensity = (x: number, y: number) => number
