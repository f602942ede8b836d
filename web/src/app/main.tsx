import './theme.css';

import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { queries } from '../lib/api';
import { opened, Workspace } from './routes';
import { startTheme } from './theme';

startTheme();
const place = document.getElementById('app');
if (place !== null)
  void opened().then(() =>
    createRoot(place).render(
      <StrictMode>
        <QueryClientProvider client={queries}>
          <Workspace />
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
