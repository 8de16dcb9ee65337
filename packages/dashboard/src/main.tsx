import { render } from 'preact';
import './app.css';

const place = document.getElementById('app');
if (place !== null) render(<p>Task Monitor</p>, place);
