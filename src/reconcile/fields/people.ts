/**
 * Field managers behind which a person sits: command-line tools, terminals and dashboards. What they add to an object of ours is drift.
 * Every other manager is taken for a controller, whose fields are its own business.
 */
const PEOPLE: readonly RegExp[] = [
  /^kubectl(?:-|$)/,
  /^(?:oc|k9s|curl|python-requests|OpenAPI-Generator|before-first-apply)$/,
  // Browsers and desktop tools that send no name of their own are named by the first word of their user agent.
  /^(?:Mozilla|Lens|freelens|node-fetch|headlamp|headlamp-server|dashboard|kubernetes-dashboard|rancher|bridge)$/i,
]

/** Names that `more` lists are people too: a team's own scripts. */
export function isPerson(manager: string, more: readonly string[] = []): boolean {
  return more.includes(manager) || PEOPLE.some((pattern) => pattern.test(manager))
}
