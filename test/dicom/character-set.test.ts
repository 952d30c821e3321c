/** Character sets: the examples of PS3.5 annexes H to K, byte by byte, and the delimiters in and between them. */
import { textReader } from '../../scripts/dicom/character-set';

const bytes = (hex: string) => Buffer.from(hex.replace(/\s/g, ''), 'hex');
const read = (terms: string, hex: string) => textReader(terms.split('\\')).read(bytes(hex));

/** PS3.5 H.3.1: escapes to JIS X 0208 and back to ASCII around every delimiter. */
const YAMADA = '59616d616461 5e 5461726f75 3d 1b2442 3b334544 1b2842 5e 1b2442 42404f3a 1b2842 3d 1b2442 246424 5e 2440 1b2842 5e 1b2442 243f246d2426 1b2842';

test.each([
  ['ISO_IR 100', 'c4 6e 65 61 73', 'Äneas'],
  ['ISO_IR 101', 'a3', 'Ł'],
  ['ISO_IR 109', 'a1', 'Ħ'],
  ['ISO_IR 110', 'a5', 'Ĩ'],
  ['ISO_IR 144', 'bb', 'Л'],
  ['ISO_IR 127', 'e2', 'ق'],
  ['ISO_IR 126', 'c4', 'Δ'],
  ['ISO_IR 138', 'f9', 'ש'],
  ['ISO_IR 148', 'fd', 'ı'],
  ['ISO_IR 203', 'a4', '€'],
  ['ISO_IR 166', 'a1', 'ก'],
  ['ISO_IR 13', 'd4 cf', 'ﾔﾏ'],
  ['ISO_IR 192', '57 61 6e 67 3d e7 8e 8b', 'Wang=王'],
  ['GB18030', 'cd f5 5e d0 a1', '王^小'],
  ['GBK', 'cd f5', '王'],
  ['\\ISO 2022 IR 87', YAMADA, 'Yamada^Tarou=山田^太郎=やまだ^たろう'],
  ['ISO 2022 IR 13\\ISO 2022 IR 87', 'd4cfc0de5ec0dbb3 3d 1b2442 3b334544 1b284a 5e 1b2442 42404f3a 1b284a', 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎'],
  ['\\ISO 2022 IR 149', '486f6e67 3d 1b242943 fbf3 5e 1b242943 d1ced4d7', 'Hong=洪^吉洞'],
  ['\\ISO 2022 IR 58', '5a68616e67 3d 1b242941 d5c5', 'Zhang=张'],
  ['ISO 2022 IR 100\\ISO 2022 IR 144', '42 fc 1b2d4c bb 1b2d41 fc', 'BüЛü'],
  ['\\ISO 2022 IR 159', '1b242844 3021 1b2842', '丂'],
])('%s', (terms, hex, expected) => {
  expect(read(terms, hex)).toBe(expected);
});

test('a byte like a backslash inside a character parts nothing', () => {
  // 旬 is 0x3D 0x5C in JIS X 0208: a backslash to whoever parts before decoding.
  expect(read('\\ISO 2022 IR 87', '1b2442 3d5c 1b2842 5c 41').split('\\')).toEqual(['旬', 'A']);
});

test('a delimiter puts the first set back', () => {
  expect(read('ISO 2022 IR 100\\ISO 2022 IR 144', '1b2d4c bb 5e fc')).toBe('Л^ü');
});

test('without a declaration bytes beyond ASCII are Latin, and the reader knows that nobody said so', () => {
  expect(textReader([])).toMatchObject({ asciiOnly: true, unknown: [] });
  expect(read('', 'e9')).toBe('é');
  expect(textReader(['ISO_IR 100'])).toMatchObject({ asciiOnly: false });
});

test('writings that are met in files are understood, unknown terms are named', () => {
  expect(read('ISO IR 192', 'c3a9')).toBe('é');
  expect(read('iso_ir 144', 'bb')).toBe('Л');
  expect(read('ISO-2022-IR-100\\ISO-2022-IR-144', '1b2d4c bb')).toBe('Л');
  expect(textReader(['ISO_IR 999']).unknown).toEqual(['ISO_IR 999']);
});
