/** Entity tags: whether a client has already what it would be sent. */

/** Whether `If-None-Match` names a tag, weakly compared as RFC 9110 section 13.1.2 says, or any. */
export function isFresh(header: string | undefined, tag: string): boolean {
  const tags = (header ?? '').split(',').map((said) => said.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
