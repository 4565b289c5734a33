const NO_SCHEMA = ['example', 'examples', 'nullable']

/** An OpenAPI 3.0 description as JSON Schema reads it: `nullable` becomes a choice, examples go. */
export function jsonSchemaOf(node: unknown, isMap = false): unknown {
  if (Array.isArray(node)) return node.map((item) => jsonSchemaOf(item))
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).filter(([name]) => isMap || !NO_SCHEMA.includes(name))
  const schema = Object.fromEntries(
    entries.map(([name, value]) => [name, jsonSchemaOf(value, !isMap && name === 'properties')]),
  )
  if (isMap) return schema
  // An address that is empty unless somebody gives one.
  if (schema.default === '') delete schema.format
  return (node as { nullable?: unknown }).nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema
}
