import { counted, withArticle } from '../../scripts/core/grammar';

test.each([['ImagingStudy', 'an ImagingStudy'], ['Patient', 'a Patient'], ['Endpoint', 'an Endpoint'], ['UsageContext', 'a UsageContext']])('%s takes its article', (word, said) => {
  expect(withArticle(word)).toBe(said);
});

test.each([[0, '0 matches'], [1, '1 match'], [2, '2 matches'], [1500, '1,500 matches']])('%d is counted', (count, said) => {
  expect(counted(count, 'match', 'matches')).toBe(said);
});
