"""The library: articles with benefits and risks, their sources, and the clinicians who review them."""
