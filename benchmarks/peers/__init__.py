"""
The two models that every engine is measured on, and what others make of them: hand-written C++, idiomatic SimPy.

`models` says once what the models are; each peer answers in the same form, so that a rate is only ever compared between
engines that were seen to give the same answers.
"""
