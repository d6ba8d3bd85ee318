import { render } from 'preact'
import { App } from './app.tsx'
import './style.css'
import './form.css'

// Someone who comes back by the browser's Back button must not meet yesterday's form.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload()
})

const place = document.querySelector('#app')
if (place !== null) render(<App />, place)
