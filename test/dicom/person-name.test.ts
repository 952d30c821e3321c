/** Person names: PS3.5 6.2.1.1 examples, in three scripts. */
import { displayName, humanNames, NAME_REPRESENTATION } from '../../scripts/dicom/person-name';

const script = (valueCode: string) => [{ url: NAME_REPRESENTATION, valueCode }];

test('components go where FHIR has them', () => {
  expect(humanNames('Adams^John Robert Quincy^^Rev.^B.A. M.Div.')).toEqual([
    { text: 'Rev. John Robert Quincy Adams B.A. M.Div.', family: 'Adams', given: ['John Robert Quincy'], prefix: ['Rev.'], suffix: ['B.A. M.Div.'] },
  ]);
  expect(humanNames('Morrison-Jones^Susan^Mary')).toEqual([{ text: 'Susan Mary Morrison-Jones', family: 'Morrison-Jones', given: ['Susan', 'Mary'] }]);
  expect(humanNames('Phantom')).toEqual([{ text: 'Phantom', family: 'Phantom' }]);
});

test('three groups are three names, each with its script', () => {
  expect(humanNames('Yamada^Tarou=山田^太郎=やまだ^たろう')).toEqual([
    { extension: script('ABC'), text: 'Tarou Yamada', family: 'Yamada', given: ['Tarou'] },
    { extension: script('IDE'), text: '太郎 山田', family: '山田', given: ['太郎'] },
    { extension: script('SYL'), text: 'たろう やまだ', family: 'やまだ', given: ['たろう'] },
  ]);
});

test('a group that is empty is none; one that is not the first is marked all the same', () => {
  expect(humanNames('Wang^XiaoDong=王^小東=')).toHaveLength(2);
  expect(humanNames('=山田^太郎')).toEqual([{ extension: script('IDE'), text: '太郎 山田', family: '山田', given: ['太郎'] }]);
  expect(humanNames('Buc^Jérôme==')).toEqual([{ text: 'Jérôme Buc', family: 'Buc', given: ['Jérôme'] }]);
});

test.each(['', '^^^^', '==', '^=^=^', ' '])('"%s" says nothing', (name) => {
  expect(humanNames(name)).toEqual([]);
  expect(displayName(name)).toBeUndefined();
});
