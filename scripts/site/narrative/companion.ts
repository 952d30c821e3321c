/** The name of a text that stands before or after an artifact in, its HTML out, where the project has one. */
import type { SiteReader } from '../reader';
import { narrative, type NarrativeText } from './page-text';

export function companionText(reader: SiteReader, name: string): NarrativeText | undefined {
  const source = reader.companion(name);
  return source === undefined ? undefined : narrative(reader, source, /\.md$/i.test(source.file) ? 'markdown' : 'html', name);
}
