import { entityTag } from '../../scripts/tester/entity-tag';

test.each([
  ['W/"3"', { weak: true, tag: '3' }],
  ['"a b"', { weak: false, tag: 'a b' }],
  ['W/""', { weak: true, tag: '' }],
  // The W is in upper case: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
  ['w/"3"', undefined],
  ['3', undefined],
  ['W/3', undefined],
])('%s', (header, expected) => expect(entityTag(header)).toEqual(expected));
