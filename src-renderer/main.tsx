import { createRoot } from 'react-dom/client';
import { connectSource } from './bridge.ts';
import { App } from './shell/app.tsx';
import { createStores, StoresContext } from './stores/stores.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/fields.css';
import './styles/filters.css';
import './styles/surfaces.css';
import './styles/shell.css';
import './styles/pages.css';
import './styles/overview.css';
import './styles/requests.css';
import './styles/list.css';
import './styles/detail.css';
import './styles/timing.css';
import './styles/changes.css';
import './styles/wire.css';
import './styles/accounts.css';
import './styles/settings.css';
import './styles/clients.css';
import './styles/compare.css';
import './styles/figures.css';
import './styles/lab.css';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root');

// First of all, since it takes the ticket out of the address before anything can read the address.
const source = connectSource();
createRoot(root).render(
  <StoresContext value={createStores(source, window)}>
    <App />
  </StoresContext>,
);
