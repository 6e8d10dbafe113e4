//! Beside the errors: impls that say as little as possible, so that a broken struct is not also
//! "not a record" wherever it is used. They never run, for the program does not compile.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand::key;
use crate::model::Record;

pub(crate) fn to_redis_hash(record: &Record<'_>) -> TokenStream {
    let ident = &record.original.ident;
    let name = record.name();
    let (impl_generics, ty_generics, where_clause) = record.original.generics.split_for_impl();
    // Also where the template itself is the mistake.
    let key = record.attrs.key.as_ref().map(|given| {
        let hash_key = given.value.as_ref().map(|(_, template)| key::stub(record, template));
        quote! {
            #hash_key
            #[automatically_derived]
            impl #impl_generics __RedisHashKeyTemplate for #ident #ty_generics #where_clause {
                fn write_hash_key(
                    &self,
                    _: &mut __redis_hash::KeyWriter<'_>,
                ) -> __redis_hash::Result<(), __RedisHashKeyError> {
                    __redis_hash::Result::Ok(())
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics __RedisHashToRedisHash for #ident #ty_generics #where_clause {
            const RECORD: __redis_hash::Record = __redis_hash::Record::new(#name);

            fn visit_hash_fields(&self, _: &mut impl __redis_hash::FieldVisitor) {}
        }
        #key
    }
}

pub(crate) fn from_redis_hash(record: &Record<'_>) -> TokenStream {
    let ident = &record.original.ident;
    let vis = &record.original.vis;
    let name = record.name();
    let (impl_generics, ty_generics, where_clause) = record.original.generics.split_for_impl();
    let pattern = record.attrs.key.as_ref().map(|_| {
        quote! {
            #[automatically_derived]
            impl #impl_generics __RedisHashKeyPattern for #ident #ty_generics #where_clause {
                const TEMPLATE: &'static __redis_hash::KeyTemplate =
                    &__redis_hash::KeyTemplate::new("", "", "");

                fn fits(_: &[__redis_hash::Cow<'_, __redis_hash::Str>]) -> bool {
                    false
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics __RedisHashFromRedisHash for #ident #ty_generics #where_clause {
            const NAME: &'static __redis_hash::Str = #name;
            const FIELDS: __redis_hash::Names = __redis_hash::Names::new(&[], &[]);

            type Handles = ();

            fn hash_handles(_: &__redis_hash::Str) {}

            fn read_hash_fields(
                _: &mut __redis_hash::FieldReader<'_>,
            ) -> __redis_hash::Result<Self, __redis_hash::Unread> {
                __redis_hash::Result::Err(__redis_hash::Unread::missing(""))
            }
        }

        #[automatically_derived]
        #[allow(dead_code)]
        impl #impl_generics #ident #ty_generics #where_clause {
            #vis fn hash_fields() {}
        }
        #pattern
    }
}
