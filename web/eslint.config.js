import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['node_modules', 'dist', 'src/client'] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: { globals: globals.browser },
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'max-lines': ['error', { max: 500 }],
      // Only the features may load the big libraries, each when it is opened.
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: 'echarts', message: 'import charts/EChart, which loads echarts/core when needed', allowTypeImports: true }] },
      ],
    },
  },
  {
    files: ['src/app/**', 'src/components/**', 'src/lib/**', 'src/features/{overview,home,screen,notices,search}/**'],
    ignores: ['src/components/antd.tsx', '**/*.test.*'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'antd', message: 'the first view does without antd' },
            { name: 'echarts', message: 'the first view does without ECharts', allowTypeImports: true },
          ],
          patterns: ['antd/*', 'echarts/*', '**/components/antd'],
        },
      ],
    },
  },
);
