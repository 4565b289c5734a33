import type { ASTNode } from '@marcbachmann/cel-js'

/** What an expression may call. No text is built and no pattern is run: both can cost more than anybody would wait for. */
const FUNCTIONS = new Set(['has', 'size', 'int', 'double', 'string', 'bool', 'type', 'duration', 'timestamp'])
const LOOPS = new Set(['all', 'exists', 'exists_one', 'filter'])
const METHODS = new Set([...LOOPS, 'size', 'contains', 'startsWith', 'endsWith'])
const MOST_LOOPS = 3

/** Why this expression is not let in, as the end of a sentence; undefined when nothing is wrong. */
export function expressionFault(ast: ASTNode): string | undefined {
  const unknown = [...nodesIn(ast)].map(forbiddenCall).find((name) => name !== undefined)
  if (unknown) {
    return `calls ${unknown}, which health rules do not have; there are ${[...new Set([...FUNCTIONS, ...METHODS])].join(', ')}`
  }
  return loopsOf(ast) > MOST_LOOPS ? `has more than ${MOST_LOOPS} loops inside each other` : undefined
}

export function nodesOf(ast: ASTNode): number {
  return [...nodesIn(ast)].length
}

/** How deep loops stand inside each other; comparing two things that may be lists, or looking for one in a list, is a loop too. */
export function loopsOf(ast: ASTNode): number {
  const inside = Math.max(0, ...childrenOf(ast).map(loopsOf))
  return inside + (isLoop(ast) ? 1 : 0)
}

function isLoop(ast: ASTNode): boolean {
  if (ast.op === 'rcall') return LOOPS.has(ast.args[0])
  if (ast.op !== 'in' && ast.op !== '==' && ast.op !== '!=') return false
  return ast.args.every(({ op }) => op !== 'value' && op !== 'list')
}

function forbiddenCall(node: ASTNode): string | undefined {
  if (node.op === 'call') return FUNCTIONS.has(node.args[0]) ? undefined : `${node.args[0]}()`
  if (node.op === 'rcall') return METHODS.has(node.args[0]) ? undefined : `.${node.args[0]}()`
  return undefined
}

function* nodesIn(node: ASTNode): Generator<ASTNode> {
  yield node
  for (const child of childrenOf(node)) yield* nodesIn(child)
}

function childrenOf(node: ASTNode): ASTNode[] {
  return [node.args].flat(3).filter(isNode)
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}
