/** Every code of a problem in configuration or layout: what it means; what to do. */
export const REASONS = {
  CONFIG_MISSING: 'There is no configuration file; write one or name it.',
  CONFIG_SYNTAX: 'The file is not valid YAML; correct the syntax at the place named.',
  CONFIG_TOO_LARGE: 'The file is larger than 256 KiB; make it smaller.',
  CONFIG_FILE_NAME: 'The file has a name that is not read; rename it to .lockstep.yaml.',
  CONFIG_UNKNOWN_KEY: 'A key is not known here; use the name suggested or remove it.',
  CONFIG_MISSING_KEY: 'A key that must be there is missing; add it.',
  CONFIG_INVALID: 'A value has the wrong type or form; write what the message says.',
  CONFIG_DUPLICATE: 'The same key or name stands there twice; keep one.',
  CONFIG_UNKNOWN_ENVIRONMENT: '`after` names an environment that is not declared; declare it or correct the name.',
  CONFIG_UNKNOWN_APPLICATION: '`order` names an application that has no overlay; correct the name or remove it.',
  CONFIG_CYCLE: 'Environments or applications come after each other in a circle; remove one link.',
  SECRET_MISSING: 'An environment variable of the operator is not set; set it, or its twin that ends in _FILE.',
  SECRET_INVALID: 'A secret does not have the right form; write what the message says. Its value is not shown.',
  SECRET_UNREADABLE: 'The file a _FILE variable names cannot be read; correct the path or its permissions.',
  LAYOUT_NAME: 'A directory matches an overlay template but cannot be a name; rename it.',
  LAYOUT_EMPTY: 'No overlay was found for an environment, or at all; correct `overlays` or add a kustomization file.',
} as const
