// Runs before the first paint, so that a chosen theme does not flash in the other one.
try {
  const stored = JSON.parse(localStorage.getItem('flowsmith.preferences') ?? '{}')
  if (stored.theme === 'dark' || stored.theme === 'light') document.documentElement.dataset.theme = stored.theme
} catch {
  document.documentElement.removeAttribute('data-theme')
}
