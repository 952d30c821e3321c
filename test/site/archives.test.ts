/** The archives that a site offers: what they hold, and that equal sites give equal bytes. */
import { inflateRawSync } from 'node:zlib';
import { archiveNames, formatArchive, fullArchive } from '../../scripts/site/archives';
import type { SiteArtifact } from '../../scripts/site/guide';

const artifact = (reference: string, example: boolean): SiteArtifact => ({ reference, example, resource: { resourceType: reference.split('/')[0]! }, exampleOf: [], title: reference });
const GUIDE = { artifacts: [artifact('ValueSet/v', false), artifact('Patient/p', true), artifact('Patient/q', true)] };
const FILES = new Map<string, string | Uint8Array>([
  ['ValueSet-v.json', '{"v":1}'], ['ValueSet-v.xml', '<v/>'], ['Patient-p.json', '{"p":1}'], ['Patient-p.xml', '<p/>'], ['Patient-q.json', '{"q":1}'], ['index.html', '<p>ä</p>'], ['plan.png', Buffer.from([1, 2, 3])],
]);

/** Names and contents by the archive's own directory. */
function unzipped(zip: Buffer): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = zip.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 4, 'latin1')) {
    const [size, nameLength, offset] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28), zip.readUInt32LE(at + 42)];
    const data = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
    found[zip.toString('utf8', at + 46, at + 46 + nameLength)] = inflateRawSync(zip.subarray(data, data + size)).toString('utf8');
  }
  return found;
}

test('definitions and examples are apart, one archive a format, with what can be written in it', () => {
  expect(archiveNames(['json'], { artifacts: [artifact('ValueSet/v', false)] })).toEqual(['definitions.json.zip', 'full-ig.zip']);
  expect(archiveNames(['json', 'xml'], GUIDE)).toEqual(['definitions.json.zip', 'examples.json.zip', 'definitions.xml.zip', 'examples.xml.zip', 'full-ig.zip']);
  const held = ['definitions.json.zip', 'examples.json.zip', 'definitions.xml.zip', 'examples.xml.zip'].map((name) => unzipped(formatArchive(name, GUIDE, FILES)!));
  expect(held).toEqual([{ 'ValueSet-v.json': '{"v":1}' }, { 'Patient-p.json': '{"p":1}', 'Patient-q.json': '{"q":1}' }, { 'ValueSet-v.xml': '<v/>' }, { 'Patient-p.xml': '<p/>' }]);
  expect(formatArchive('other.zip', GUIDE, FILES)).toBeUndefined();
});

test('the whole site is in one archive, the same bytes in whatever order its files come', () => {
  const zip = fullArchive(FILES);
  expect(Object.keys(unzipped(zip)).sort()).toEqual([...FILES.keys()].map((name) => `site/${name}`).sort());
  expect(unzipped(zip)['site/index.html']).toBe('<p>ä</p>');
  expect(fullArchive(new Map([...FILES].reverse())).equals(zip)).toBe(true);
});
