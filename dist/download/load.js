'use strict'
import('./main.mjs')
