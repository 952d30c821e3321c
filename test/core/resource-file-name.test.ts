/** Names that a resource gives its file, none of which leads out of the folder. */
import type { Resource } from '../../scripts/core/fhir';
import { resourceFileName } from '../../scripts/core/resource-file-name';

const nameOf = (resourceType: unknown, id?: unknown) => resourceFileName({ resourceType, id } as Resource);

test('type and id', () => {
  expect(nameOf('Patient', 'Ada_1.2-x')).toBe('Patient-Ada_1.2-x');
  expect(nameOf('Patient', 'a'.repeat(200))).toBe(`Patient-${'a'.repeat(200)}`);
});

test.each([
  ['Patient', '../../x'], ['Patient', 'a/b'], ['Patient', 'a\\b'], ['Patient', ''], ['Patient', 'a\n'], ['Patient', 'a'.repeat(201)],
  ['Patient', 7], ['Patient', undefined], ['../Patient', 'x'], ['', 'x'], ['1Patient', 'x'],
])('none of %j and %j', (type, id) => {
  expect(nameOf(type, id)).toBeUndefined();
});
