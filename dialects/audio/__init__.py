"""Sound in and out: decoding files, telephone mu-law, resampling, voice activity and the ends of utterances."""
