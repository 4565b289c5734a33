/** How this App looks as an author. */
export interface BotIdentity {
  readonly appId: number
  /** `slug[bot]`; asked once. */
  login(): Promise<string>
}

/** Written by the App itself. A person who acts through the App is not it, and a marker in the text proves nothing. */
export function isOurs(
  answer: { user: { type?: string } | null; performed_via_github_app?: { id: number } | null },
  bot: BotIdentity,
): boolean {
  return answer.user?.type === 'Bot' && answer.performed_via_github_app?.id === bot.appId
}
