/** What became of a change, in words. */
import type { Grade } from '../shapes/decision.js';

const VERDICTS: Readonly<Record<Grade['verdict'], string>> = {
  helped: 'helped',
  noEffect: 'had no effect',
  harmed: 'harmed',
  void: 'not judged',
};

/** `helped: inference.totalMs 0.58 of before, 0.43 expected`; for what could not be judged the reason. */
export function gradeText({ verdict, fact, ratio, expectedRatio, why }: Grade): string {
  const measured = ratio === null ? [] : [`${fact} ${ratio.toFixed(2)} of before, ${expectedRatio} expected`];
  const parts = [...(verdict === 'void' ? [] : measured), ...(why === '' ? [] : [why])];
  return [VERDICTS[verdict], parts.join('; ')].filter((part) => part !== '').join(': ');
}
