/** A resource's text and profile URLs in, the text in which the resource claims these profiles too out. */
import { readJsonTree } from '../json-tree';

/**
 * Claiming is how every release of the validator can be told profiles for one resource among others; the text is spliced, not
 * rewritten. Text in which `meta` is no object is left as it is: the validator will say so.
 */
export function withProfiles(text: string, urls: readonly string[]): string {
  if (urls.length === 0) return text;
  const root = readJsonTree(text).root;
  if (root?.members === undefined) return text;
  const meta = root.members.get('meta')?.value;
  const profile = meta?.members?.get('profile')?.value;
  const claimed = profile === undefined ? [] : (JSON.parse(text.slice(profile.start, profile.end)) as unknown);
  const wanted = urls.filter((url) => !Array.isArray(claimed) || !claimed.includes(url)).map((url) => JSON.stringify(url));
  if (wanted.length === 0) return text;
  if (profile?.items !== undefined) return inserted(text, profile.start + 1, wanted.join(','), profile.items.length > 0);
  if (profile !== undefined || (meta !== undefined && meta.members === undefined)) return text;
  if (meta?.members !== undefined) return inserted(text, meta.start + 1, `"profile":[${wanted.join(',')}]`, meta.members.size > 0);
  return inserted(text, root.start + 1, `"meta":{"profile":[${wanted.join(',')}]}`, root.members.size > 0);
}

function inserted(text: string, at: number, what: string, more: boolean): string {
  return `${text.slice(0, at)}${what}${more ? ',' : ''}${text.slice(at)}`;
}
