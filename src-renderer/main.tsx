import './styles/tokens.css';
import './styles/base.css';
import { createRoot } from 'react-dom/client';
import { connectSource } from './bridge.ts';
import { App } from './shell/app.tsx';
import { createStores, StoresContext } from './stores/stores.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root');

// First of all, since it takes the ticket out of the address before anything can read the address.
const source = connectSource();
createRoot(root).render(
  <StoresContext value={createStores(source, window)}>
    <App />
  </StoresContext>,
);
