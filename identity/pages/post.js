// Sends the form of the page on at once. Without it, the button does.
document.querySelector('form[data-post]')?.submit()
