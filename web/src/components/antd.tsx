/** antd as every feature that uses it has it: our language, our colours, our nonce. Never imported by the shell. */
import { App, ConfigProvider, theme as themes } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useSyncExternalStore, type ReactNode } from 'react';

import { language, nonce } from '../app/boot';
import { isDark, onTheme } from '../app/theme';

dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');

/** Wrap a feature's page in this once, and use antd's components below it. */
export function Antd({ children }: { children: ReactNode }) {
  const dark = useSyncExternalStore(onTheme, isDark);
  return (
    <ConfigProvider
      locale={language === 'zh' ? zhCN : enUS}
      csp={{ nonce }}
      button={{ autoInsertSpace: false }}
      theme={{
        algorithm: dark ? themes.darkAlgorithm : themes.defaultAlgorithm,
        token: {
          colorPrimary: dark ? '#2fae86' : '#0b6e4f',
          colorLink: dark ? '#57c7a3' : '#0b6e4f',
          borderRadius: 6,
          fontFamily: 'inherit',
          // antd's own is too pale to be read.
          colorTextPlaceholder: dark ? '#9db0a7' : '#5f6e66',
          colorBgContainer: dark ? '#182420' : '#ffffff',
          colorBgElevated: dark ? '#1e2c27' : '#ffffff',
        },
      }}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}
