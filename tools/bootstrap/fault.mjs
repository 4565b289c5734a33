/** A sentence for a person, with what to do in it. */
export function fault(message) {
  return Object.assign(new Error(message), { remedy: true })
}
