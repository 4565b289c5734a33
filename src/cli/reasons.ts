/** Every code of a problem with how a command was called: what it means; what to do. */
export const REASONS = {
  COMMAND_UNKNOWN: 'There is no such command; use the name suggested, or `lockstep help`.',
  OPTION_UNKNOWN: 'The command has no such option; use the name suggested, or its `--help`.',
  OPTION_INVALID: 'An option lacks its value, stands twice or has a value it cannot have; write what the message says.',
  OPTION_MISSING: 'An option that must be given is missing; add it.',
  ARGUMENT_UNEXPECTED: 'A word stands there that belongs to no option; remove it or put its option before it.',
  APP_UNKNOWN: 'No overlay belongs to an application of that name; use the name suggested.',
  ENVIRONMENT_UNKNOWN: 'The configuration declares no environment of that name; use the name suggested.',
  CLUSTER_NOT_THERE: 'The environment has no cluster of that name; use the name suggested.',
  CLUSTER_AMBIGUOUS: 'The environment has several clusters and the kubeconfig leads to one; name it with --cluster.',
  OVERLAY_UNKNOWN: 'The application has no overlay in that environment; add one, or name another environment.',
  OVERLAY_AMBIGUOUS: 'The environment has an overlay for each cluster; name the cluster.',
  REVISION_UNKNOWN: 'The clone has no such commit, branch or tag; fetch it or correct the name.',
  WORK_TREE_CHANGED:
    'A file to edit changed meanwhile or is not a plain file of the clone; look at it and run it again.',
  OBJECT_OWNED_TWICE: 'Two targets of one cluster hold the same object, so each would undo the other; keep it in one.',
  INTERNAL: 'A defect of Lockstep; report it with what LOCKSTEP_DEBUG=1 shows.',
} as const
