"""Random graphs over the whole op set, converted, run, and compared with what the numpy kernels say."""
