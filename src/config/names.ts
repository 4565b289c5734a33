/** Names of environments, applications and clusters: they become parts of branches, checks, labels and job ids. */
export const NAME = /^(?!.*\.\.)(?!.*\.lock$)[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/

export const NAME_RULE = 'must be 1 to 63 letters, digits, ".", "_" or "-", beginning and ending with a letter or digit'
