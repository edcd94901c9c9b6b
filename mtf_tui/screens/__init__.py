"""The screens: what is asked, answered on line 2, with the evidence below."""
