"""Translators of everyday sentences: one resumable plan per direction, from text files to a small download.

A model for both directions learns first (Ding et al. 2021). It answers the training texts and those of other language
pairs (sequence-level distillation, Kim and Rush 2016), and translates further texts of the target language back
(Sennrich et al. 2016). The model of one direction goes on from it with all of these, and is then trained in 4 bits.
"""
