import { expect, test } from 'vitest';
import { findPython } from '../../bench/parts/python.js';

const env = { ...process.env, EVENKEEL_PYTHON: '' };

test('a Python that is there tells its version, and one that is named is the only one asked', () => {
  const found = findPython(env);
  if (typeof found === 'string') {
    expect(found).toMatch(
      /^no Python 3\.9 or newer was found \(tried (python3; python|py; python; python3)\)$/,
    );
    return;
  }
  expect(found.version).toMatch(/^3\.\d+\.\d+$/);
  const named = findPython({ ...env, EVENKEEL_PYTHON: 'no-such-python' });
  expect(named).toBe('no Python 3.9 or newer was found (tried no-such-python)');
});

test('on Windows the launcher is asked first', () => {
  expect(findPython({ PATH: '' }, 'win32')).toBe(
    'no Python 3.9 or newer was found (tried py; python; python3)',
  );
});
